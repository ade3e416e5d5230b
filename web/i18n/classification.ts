import { addWords } from './index.ts';

/** How secret a meeting is: one wording for every form that says it. */
export const classificationWords = addWords('classification', {
  vi: {
    classification: 'Mức phiên',
    'class.open': 'Không mật',
    'class.confidential': 'Mật',
    'class.secret': 'Tối mật',
    'class.top_secret': 'Tuyệt mật',
    onlyOpen: 'Chỉ phiên “Không mật” được họp trên hệ thống này.',
    classWhy:
      'Hệ thống này không được dùng cho nội dung bí mật nhà nước: đường truyền và máy chủ chưa được cơ yếu bảo vệ. Phiên có mức mật phải họp trực tiếp hoặc trên hệ thống của cơ quan cơ yếu. Không lưu được phiên này; hãy chọn “Không mật” nếu nội dung đúng là không mật.',
  },
  en: {
    classification: 'Classification',
    'class.open': 'Not secret',
    'class.confidential': 'Confidential',
    'class.secret': 'Secret',
    'class.top_secret': 'Top secret',
    onlyOpen: 'Only meetings that are not secret may run on this system.',
    classWhy:
      'This system may not carry state secrets: its lines and servers are not under cryptographic protection. A secret meeting takes place in person or on the system of the cipher authority. This one cannot be saved; choose “Not secret” if that is what its content is.',
  },
});

import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

/** Everything that stands in an invitation letter, ready to be printed. */
export interface LetterSheet {
  /** office that sends it, and the unit above it */
  office: string;
  officeAbove: string;
  number: string;
  place: string;
  /** e.g. `ngày 24 tháng 11 năm 2026` */
  dateWords: string;
  title: string;
  /** who is invited */
  to: string;
  /** paragraphs of the letter */
  paragraphs: string[];
  signerTitle: string;
  signer: string;
  copies: string[];
}

const FONTS = '@expo-google-fonts/be-vietnam-pro';
const font = (style: string): string =>
  fileURLToPath(import.meta.resolve(`${FONTS}/${style}/BeVietnamPro_${style}.ttf`));
const MARGIN = 62;

/** @returns the letter as PDF, laid out as official papers are: office and number left, the nation's motto right */
export function letterPdf(sheet: LetterSheet): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: 56, bottom: 56, left: MARGIN + 10, right: MARGIN - 10 },
    info: { Title: `Giấy mời: ${sheet.title}`, Author: sheet.office },
    lang: 'vi',
  });
  doc.registerFont('plain', font('400Regular'));
  doc.registerFont('italic', font('400Regular_Italic'));
  doc.registerFont('bold', font('700Bold'));
  const chunks: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  head(doc, sheet);
  body(doc, sheet);
  foot(doc, sheet);
  doc.end();
  return done;
}

type Doc = InstanceType<typeof PDFDocument>;

function head(doc: Doc, { office, officeAbove, number, place, dateWords }: LetterSheet): void {
  const left = doc.page.margins.left - 20;
  const [half, right] = [215, left + 225];
  const wide = doc.page.width - right - doc.page.margins.right + 20;
  const centred = (width: number) => ({ width, align: 'center' as const });
  const top = doc.y;
  doc.font('plain').fontSize(11);
  if (officeAbove) doc.text(officeAbove.toLocaleUpperCase('vi'), left, top, centred(half));
  doc.font('bold').text(office.toLocaleUpperCase('vi'), left, doc.y, centred(half));
  doc.font('plain').text(`Số: ${number || '……'}`, left, doc.y + 8, centred(half));
  const leftEnd = doc.y;
  doc.font('bold').fontSize(11).text('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', right, top, centred(wide));
  doc.text('Độc lập - Tự do - Hạnh phúc', right, doc.y, { ...centred(wide), underline: true });
  doc.font('italic').text(`${place}, ${dateWords}`, right, doc.y + 8, centred(wide));
  doc.y = Math.max(leftEnd, doc.y) + 26;
}

function body(doc: Doc, { title, to, paragraphs }: LetterSheet): void {
  const left = doc.page.margins.left;
  const width = doc.page.width - left - doc.page.margins.right;
  doc.font('bold').fontSize(15).text('GIẤY MỜI', left, doc.y, { width, align: 'center' });
  doc.fontSize(12.5).text(title, { width, align: 'center' }).moveDown(1.2);
  doc.font('plain').fontSize(12.5).text(`Kính gửi: ${to}`, { width, align: 'center' }).moveDown(1);
  for (const paragraph of paragraphs) {
    doc.text(paragraph, { width, align: 'justify', indent: 28, lineGap: 3 }).moveDown(0.5);
  }
}

function foot(doc: Doc, { copies, signer, signerTitle, office }: LetterSheet): void {
  // signature and list of copies stay together
  if (doc.y > doc.page.height - 220) doc.addPage();
  const left = doc.page.margins.left;
  const right = left + 240;
  const wide = doc.page.width - right - doc.page.margins.right;
  const top = doc.y + 18;
  doc.font('bold').fontSize(10.5).text('Nơi nhận:', left, top, { width: 220 });
  doc.font('plain').fontSize(10);
  for (const copy of copies.length ? copies : ['Như trên']) doc.text(`- ${copy};`, left, doc.y, { width: 220 });
  doc.text('- Lưu: VT.', left, doc.y, { width: 220 });
  doc
    .font('bold')
    .fontSize(12)
    .text((signerTitle || office).toLocaleUpperCase('vi'), right, top, { width: wide, align: 'center' });
  doc.text(signer, right, doc.y + 64, { width: wide, align: 'center' });
}

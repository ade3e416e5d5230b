import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Got } from '../support/wire.ts';
import type { FullSchema } from './arbitrary.ts';

/** One parameter as the description has it. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: FullSchema;
}

interface Content {
  schema: FullSchema;
}

/** One operation as the description has it. */
export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content>; headers?: Record<string, { schema: FullSchema }> }>;
}

/** The service's description, able to judge answers. */
export class Described {
  readonly operations: Operation[];
  readonly #ajv: Ajv2020;
  readonly #checks = new Map<object, ValidateFunction>();

  /** @param document what `/openapi.json` answered */
  // oxlint-disable-next-line typescript/no-explicit-any -- a JSON document of a standard
  constructor(document: any) {
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    (formats as unknown as { default: (ajv: Ajv2020) => void }).default(this.#ajv);
    this.#ajv.addSchema({ $id: 'https://cau.example/', ...document });
    this.operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) => Object.entries(methods).map(([method, one]) => ({ ...one, method, path })),
    );
  }

  /** @returns what is wrong with an answer; null when it is as described */
  fault(operation: Operation, got: Got): string | null {
    if (got.status >= 500) return `answers ${got.status}`;
    const response = operation.responses[String(got.status)];
    if (!response) return `answers the status ${got.status}, which is not described`;
    const etag = got.headers['etag'];
    if (got.status < 300 && (etag !== undefined) !== (response.headers?.['ETag'] !== undefined)) {
      return `${etag === undefined ? 'lacks the' : 'has an undescribed'} ETag ${etag ?? ''}`;
    }
    if (etag !== undefined && !/^"\d+"$/.test(etag)) return `has the ETag ${etag}, which If-Match does not take`;
    if (!response.content) return got.text === '' ? null : 'has a body, but none is described';
    const described = response.content[got.type];
    if (!described) return `has the type ${got.type || 'none'}, described: ${Object.keys(response.content).join(', ')}`;
    return got.body === null && !got.type.endsWith('json') ? null : this.#shapeFault(described.schema, got.body);
  }

  /** @returns whether a value is as a schema of the description says */
  fits(schema: FullSchema, value: unknown): boolean {
    return this.#shapeFault(schema, value) === null;
  }

  #shapeFault(schema: FullSchema, value: unknown): string | null {
    let check = this.#checks.get(schema);
    if (!check) {
      check = this.#ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"https://cau.example/#/')));
      this.#checks.set(schema, check);
    }
    if (check(value)) return null;
    return `is not as described: ${this.#ajv.errorsText(check.errors?.slice(0, 3))}`;
  }
}

import type { EntitySchema } from 'typeorm';
import { deviceEntity } from '../directory/device.entity.ts';
import { endpointEntity, levelEntity, unitEntity } from '../directory/directory.entity.ts';

/** Every table of the program; features add theirs here. (EntitySchema is invariant in its row: a list needs `any`.) */
export const allEntities: EntitySchema<any>[] = [levelEntity, unitEntity, endpointEntity, deviceEntity];

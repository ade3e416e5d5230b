import type { MigrationInterface } from 'typeorm';
import { Directory } from './0001-directory.ts';

/** All migrations, oldest first. The number at the end of a migration's `name` is its place in the order. */
export const allMigrations: (new () => MigrationInterface)[] = [Directory];

// Writes src/wire.ts from the Python shapes; with --check it only compares.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import { format, resolveConfig } from 'prettier';

const TARGET = 'src/wire.ts';
const BANNER =
  '// Made by `jlpm wire` from jupyter_promote/surfaces/wire*.py: change those files, not this one.';

const printed = execFileSync(
  process.env.PYTHON ?? 'python',
  ['-m', 'jupyter_promote.surfaces.schema'],
  { encoding: 'utf-8' }
);
const schema = JSON.parse(printed);
for (const shape of Object.values(schema.definitions)) {
  delete shape.title; // the definition's own name serves
  for (const property of Object.values(shape.properties)) {
    if (property.type === 'object' && !property.additionalProperties) {
      property.tsType = 'object';
    }
  }
}
const types = await compile(
  { ...schema, title: 'Wire', type: 'object', additionalProperties: false },
  'Wire',
  {
    additionalProperties: false,
    bannerComment: BANNER,
    unreachableDefinitions: true
  }
);
const own = types
  .replace('export interface Wire {}\n', '')
  .replace(
    / \*\n \* This interface was referenced by .*\n \* via the .*\n/g,
    ''
  );
const options = await resolveConfig(TARGET);
const text = await format(own, { ...options, parser: 'typescript' });

if (process.argv.includes('--check')) {
  if (readFileSync(TARGET, 'utf-8') !== text) {
    console.error(
      `${TARGET} differs from jupyter_promote/surfaces/wire*.py: run jlpm wire`
    );
    process.exit(1);
  }
} else {
  writeFileSync(TARGET, text);
}

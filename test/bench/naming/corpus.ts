import { readdirSync } from 'node:fs';
import { z } from 'zod';
import { protocols } from '../../../src/identification/registry.js';

/** A greeting as it was met, and what it tells of the server: empty where it tells nothing. */
export interface WildGreeting {
  readonly bytes: Buffer;
  readonly product: string;
  readonly version: string;
}

const most = 1100;
const fixtures = new URL('../../fixtures/', import.meta.url);
/** What stands before the last CR LF, the product, the version. */
const greetingsSchema = z.array(z.tuple([z.string(), z.string(), z.string()]));

/** Every greeting of test/fixtures/greetings-*.ts; where there are none, the registry's own examples over and over, which prove no more than that all works. */
export async function wildGreetings(): Promise<{ greetings: WildGreeting[]; from: string }> {
  const files = readdirSync(fixtures).filter((name) => /^greetings-.*\.ts$/.test(name));
  const greetings: WildGreeting[] = [];
  for (const file of files) {
    const module: unknown = await import(new URL(file, fixtures).href);
    for (const exported of Object.values(z.record(z.string(), z.unknown()).parse(module))) {
      const rows = greetingsSchema.safeParse(exported);
      for (const [text, product, version] of rows.data ?? []) {
        greetings.push({ bytes: Buffer.from(`${text}\r\n`), product, version });
      }
    }
  }
  if (greetings.length > 0) {
    const from = `${greetings.length} of ${files.join(', ')}, over and over`;
    return { greetings: repeated(greetings), from };
  }
  const own = protocols
    .filter(({ probe }) => probe === undefined)
    .flatMap(({ examples }) => examples)
    .map(({ bytes, service: { product = '', version = '' } }) => ({ bytes: Buffer.from(bytes), product, version }));
  return { greetings: repeated(own), from: "the registry's own examples" };
}

/** So many as a scan of the wild would meet. */
function repeated(greetings: readonly WildGreeting[]): WildGreeting[] {
  if (greetings.length === 0) return [];
  return Array.from({ length: most }, (_, at) => greetings[at % greetings.length]).filter(
    (greeting) => greeting !== undefined,
  );
}

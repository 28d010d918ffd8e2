/**
 * Bundles the program that bin/ starts into dist/program; runs after tsc. Node opens, compiles and links some nine hundred modules for a
 * scan otherwise, which takes longer than the scan of a few ports. The library stays as tsc makes it.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = `${root}dist/program`;
rmSync(outdir, { recursive: true, force: true });

/** In the bundle, what is opened file by file elsewhere (see src/history/store/kysely.ts) is the package itself. */
const kysely = {
  name: 'kysely',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\/kysely\.js$/ }, ({ importer, resolveDir }) =>
      importer.startsWith(`${root}src/`) ? resolve('kysely', { kind: 'import-statement', resolveDir }) : undefined,
    );
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outdir,
  bundle: true,
  // A chunk for each `import()`, and for what several of them share: a subcommand loads what it needs, when it needs it.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Native packages, which may be absent.
  plugins: [kysely],
  external: ['better-sqlite3', 'koffi', 'raw-socket'],
  // CommonJS packages in the bundle require Node's own modules.
  banner: {
    js: "import { createRequire as createBundleRequire } from 'node:module';\nconst require = createBundleRequire(import.meta.url);",
  },
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
});

writeFileSync(`${outdir}/THIRD-PARTY-LICENSES.txt`, bundledPackages(metafile).map(notice).join('\n'));

/** Names of the packages that are in the bundle, in alphabetical order. */
function bundledPackages({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const names = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
    .filter((name) => name !== undefined);
  return [...new Set(names)].sort();
}

/** What the licence of a package asks of everybody who passes it on. */
function notice(name) {
  const folder = `${root}node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${name} comes without the text of its licence (${license})`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
}

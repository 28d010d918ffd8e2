import tseslint from 'typescript-eslint';

const outsideCli = [
  { object: 'process', property: 'exit', message: 'Only cli/ ends the process.' },
  { object: 'process', property: 'argv', message: 'Only cli/ reads the command line.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.tap/', 'bin/', '.config/', 'test/fixtures/*.js'] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.all.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Bytes off the wire hold control characters; patterns that name them are the point.
      'no-control-regex': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-console': 'error', 'no-restricted-properties': ['error', ...outsideCli] },
  },
  {
    // The wall clock may be set while a scan runs: it dates documents, by Clock.date(), and nothing is timed by it.
    files: ['src/{targets,discovery,identification,scan}/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'Date', message: "Times are Clock.now()'s." }] },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off' },
  },
);

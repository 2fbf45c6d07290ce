import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import prettierRecommended from 'eslint-plugin-prettier/recommended';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// Layers: plugins > views > state, tags > wire. Logic and views know nothing of JupyterLab.
const noLab = {
  group: ['@jupyterlab/*', '@lumino/*'],
  message: 'Only plugins know JupyterLab.'
};
const noWiring = {
  group: ['**/plugins/*'],
  message: 'Nothing below the plugins imports one.'
};
const noViews = {
  group: ['**/views/*'],
  message: 'Logic does not import views.'
};
const layer = (files, ...patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns }] }
});

export default defineConfig([
  {
    ignores: [
      'node_modules',
      'lib',
      'coverage',
      '**/*.js',
      '**/*.d.ts',
      'scripts',
      '.yarn'
    ]
  },
  js.configs.recommended,
  tseslint.configs.recommended,
  { plugins: { jupyter: jupyterPlugin } },
  jupyterPlugin.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: {
      globals: { ...globals.browser, ...globals.es2015 },
      parserOptions: { project: 'tsconfig.json', sourceType: 'module' }
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/explicit-function-return-type': [
        'error',
        { allowExpressions: true }
      ],
      // The server speaks English only, and half of what the panel shows comes from there.
      'jupyter/no-untranslated-string': 'off',
      eqeqeq: 'error',
      curly: ['error', 'all'],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 60]
    }
  },
  layer(
    [
      'src/events.ts',
      'src/flags.ts',
      'src/results.ts',
      'src/runs.ts',
      'src/state.ts',
      'src/tags.ts',
      'src/testing.ts',
      'src/words.ts',
      'src/wire.ts'
    ],
    noLab,
    noWiring,
    noViews
  ),
  layer(['src/views/**'], noLab, noWiring),
  layer(['src/api.ts', 'src/model.ts', 'src/tokens.ts'], noWiring),
  { files: ['src/wire.ts'], rules: { 'max-lines': 'off' } }, // generated
  { files: ['src/__tests__/**'], rules: { 'max-lines-per-function': 'off' } },
  prettierRecommended
]);

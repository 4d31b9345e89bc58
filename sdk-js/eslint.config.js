import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['src/gen/**', 'node_modules/**', 'test/code/syntax-error.js'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: 'module', globals: globals.node },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-len': ['error', { code: 140, ignoreStrings: true }],
    },
  },
];

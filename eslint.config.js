// Rules that keep dependencies pointing one way: packages never import services; services never import
// services, except `embedded`, whose job is to start them all.
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'data/**', 'certificates/**', 'secrets/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.json',
          './services/dashboard/web/tsconfig.json',
          './services/dashboard/web/tsconfig.worker.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only @apiary/base reads the environment: add the key to its settings table.',
        },
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
    },
  },
  {
    plugins: { boundaries },
    settings: {
      'boundaries/elements': [
        { type: 'package', pattern: 'packages/*', capture: ['name'] },
        { type: 'certgen', pattern: 'certgen' },
        { type: 'web', pattern: 'services/dashboard/web' },
        { type: 'service', pattern: 'services/*', capture: ['name'] },
        { type: 'suite', pattern: '(test|bench)' },
      ],
    },
  },
  {
    files: ['packages/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '**/services/**',
                '@apiary/config-server',
                '@apiary/mqtt-processor',
                '@apiary/dashboard',
                '@apiary/dashboard-web',
                '@apiary/livestream',
                '@apiary/notifier',
                '@apiary/camera-simulator',
                '@apiary/embedded',
                '@apiary/admin',
              ],
              message: 'A package never imports a service.',
            },
            { group: ['../../../*/**'], message: 'Import siblings by name.' },
          ],
        },
      ],
    },
  },
  {
    files: ['services/*/src/**/*.ts'],
    ignores: ['services/embedded/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@apiary/config-server',
                '@apiary/mqtt-processor',
                '@apiary/dashboard',
                '@apiary/dashboard-web',
                '@apiary/livestream',
                '@apiary/notifier',
                '@apiary/camera-simulator',
                '@apiary/embedded',
                '@apiary/admin',
                '../../../*',
              ],
              message: 'A service never imports a service.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['packages/base/src/**', 'packages/test-support/src/**', '**/*.test.ts', 'test/**', 'bench/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.config.{js,ts}', 'packages/database/migrations/**'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);

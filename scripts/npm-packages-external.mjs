// For esbuild: leaves npm packages outside the bundle; `@apiary/*` are our own sources.
export const npmPackagesExternal = {
  name: 'npm-packages-external',
  setup(context) {
    context.onResolve({ filter: /^[^./]/ }, (args) =>
      args.path.startsWith('@apiary/') || args.kind === 'entry-point'
        ? undefined
        : { path: args.path, external: true },
    );
  },
};

// Health check inside our containers: `node container-health.mjs <url>`; exit code 0 when it answers 200.
const answer = await fetch(process.argv[2], { signal: AbortSignal.timeout(4000), redirect: 'manual' }).catch(
  (error) => ({ status: String(error.cause ?? error), text: () => '' }),
);
if (answer.status !== 200) {
  console.error(answer.status, await answer.text());
  process.exit(1);
}

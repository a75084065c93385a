/** The page before the first project. */

export const firstRun = {
  title: "Create your first API key",
  about: "Create API keys for each environment of your API. Each key is shown once; Keystile stores only a hash.",
  trySample: "Try it with a sample API",
  sampleAbout: "Creates a demo project with a running API and a read-only key. You can delete it anytime.",
};

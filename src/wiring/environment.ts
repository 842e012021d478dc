/** The environment of the process; only this file reads it. */
export const environment: NodeJS.ProcessEnv = process.env;

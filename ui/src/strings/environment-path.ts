/** An environment within its project, as one text. */
export const environmentPath = (project: string, environment: string): string => `${project}/${environment}`;

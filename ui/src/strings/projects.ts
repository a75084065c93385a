/** The dialog of a project. */

export const projectDialog = {
  newTitle: "New project",
  renameTitle: "Rename project",
  hint: "A project groups the environments of one product.",
  create: "Create project",
  rename: "Rename",
};

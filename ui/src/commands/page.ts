/** What the user can do with the controls of the shown page. */
import { strings } from "../strings";
import type { Command } from "./command";

const control = (name: "search" | "new") => document.querySelector<HTMLElement>(`main [data-shortcut=${name}]`);

export const pageCommands: readonly Command[] = [
  {
    id: "page.search",
    title: () => strings.commands.searchPage,
    icon: "search",
    keys: "/",
    when: () => control("search") !== null,
    run: () => control("search")?.focus(),
  },
  {
    id: "page.new",
    title: () => strings.commands.create,
    icon: "plus",
    keys: "n",
    when: () => control("new") !== null,
    run: () => control("new")?.click(),
  },
];

declare const RULE_PAGES: Readonly<Record<string, string>> | undefined;

/** The README of each rule by the rule's id, as Markdown; the bundle holds them, sources that run by themselves do not. */
export const bundledRulePages: Readonly<Record<string, string>> = typeof RULE_PAGES === 'undefined' ? {} : RULE_PAGES;

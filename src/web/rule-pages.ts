declare const RULE_PAGES: Readonly<Record<string, string>> | undefined;

/** The README of each rule by its id, as Markdown. Only the bundle contains them. */
export const bundledRulePages: Readonly<Record<string, string>> = typeof RULE_PAGES === 'undefined' ? {} : RULE_PAGES;

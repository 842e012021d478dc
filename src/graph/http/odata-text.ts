/** A text as an OData literal, with doubled quotes. Source: OData URL conventions, section 5.1.1.6. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The names of applications that Microsoft creates to hold directory extensions. */
const holders = [/^b2c-extensions-app\b/i, /^tenant schema extension app$/i];

/**
 * Whether an application only holds data of the directory, by the name that Microsoft gives it. Users never sign in to
 * it, and it needs no service principal. Its deletion deletes data of users, for good after 30 days.
 * Sources: Microsoft Learn, "Extensions app in Azure AD B2C"; "Microsoft Entra Connect Sync: directory extensions".
 */
export function isDataHolder({ displayName }: { readonly displayName: string }): boolean {
  return holders.some((name) => name.test(displayName));
}

/** Jest's global teardown: ends the Azurite of `azurite-setup.ts`. */
export default async function stopAzurite(): Promise<void> {
  await globalThis.azuriteOfTests?.close();
}

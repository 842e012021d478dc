/** Jest's global teardown: ends the Azurite of `azurite-setup.ts`. */
export default function stopAzurite(): void {
  globalThis.azuriteOfTests?.close();
}

// Addresses of the signer protocol: tcp://HOST:PORT (over SecretConnection) and unix://PATH (plain).

export type SignerAddress = { readonly kind: 'tcp'; readonly host: string; readonly port: number } | { readonly kind: 'unix'; readonly path: string };

/** Throws RangeError with the reason. */
export function parseSignerAddress(text: string): SignerAddress {
  const unix = /^unix:\/\/(.+)$/.exec(text);
  if (unix !== null) return { kind: 'unix', path: unix[1] as string };
  const tcp = /^(?:tcp:\/\/)?(\[[0-9a-fA-F:]+\]|[^/:]*):(\d{1,5})$/.exec(text);
  if (tcp === null || Number(tcp[2]) > 65_535) throw new RangeError(`expected tcp://HOST:PORT or unix://PATH, not ${JSON.stringify(text)}`);
  const host = (tcp[1] as string).replace(/^\[|\]$/g, '');
  return { kind: 'tcp', host: host === '' ? '127.0.0.1' : host, port: Number(tcp[2]) };
}

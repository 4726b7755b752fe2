// Plain JSON-RPC calls of tests: by URI GET, as a person with curl does.

/** The `result` of `http://127.0.0.1:PORT/PATH`. Throws with the node's own error; after `timeoutMs`, where given. */
export async function rpcResult<T>(base: string, path: string, timeoutMs?: number): Promise<T> {
  const r = await fetch(`${base}/${path}`, timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) });
  const body = (await r.json()) as { result?: T; error?: { message: string; data?: string } };
  if (body.result === undefined) throw new Error(`${path}: ${body.error?.message} ${body.error?.data ?? ''}`);
  return body.result;
}

export interface RpcStatus {
  readonly node_info: { readonly network: string; readonly version: string };
  readonly sync_info: { readonly latest_block_height: string; readonly catching_up: boolean };
}

export async function rpcHeight(base: string, timeoutMs?: number): Promise<number> {
  return Number((await rpcResult<RpcStatus>(base, 'status', timeoutMs)).sync_info.latest_block_height);
}

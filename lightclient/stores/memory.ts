// Until the page or the process ends.
import type { Store } from '../store.ts';

export function memoryStore(): Store {
  const values = new Map<string, Uint8Array>();
  return {
    get: async (name) => values.get(name)?.slice(),
    put: async (name, value) => void values.set(name, value.slice()),
    delete: async (name) => void values.delete(name),
  };
}

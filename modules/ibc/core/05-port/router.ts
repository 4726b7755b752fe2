// Which application is behind a port. Source: ICS-05; ibc-go v10 modules/core/05-port/types/router.go.
import type { IbcModule } from './ibc-module.ts';

export class PortRouter {
  readonly #routes = new Map<string, IbcModule>();

  /** Throws where the port is taken. */
  add(port: string, module: IbcModule): void {
    if (this.#routes.has(port)) throw new Error(`port ${port} has been taken`);
    this.#routes.set(port, module);
  }

  /** By the port, or by a name in it: ports of accounts hold their application's. */
  route(port: string): IbcModule | undefined {
    const exact = this.#routes.get(port);
    if (exact !== undefined) return exact;
    for (const [name, module] of this.#routes) if (port.includes(name)) return module;
    return undefined;
  }
}

// Which application is behind a port. Source: ICS-05; ibc-go v10 modules/core/05-port/types/router.go.
import type { IbcModule } from './ibc-module.ts';

export class PortRouter {
  readonly #routes = new Map<string, IbcModule>();

  /** Throws where the port is taken. */
  add(port: string, module: IbcModule): void {
    if (this.#routes.has(port)) throw new Error(`port ${port} has been taken`);
    this.#routes.set(port, module);
  }

  /** By the port, or by the first name in it, by their order as text: ports of accounts hold their application's. */
  route(port: string): IbcModule | undefined {
    const exact = this.#routes.get(port);
    if (exact !== undefined) return exact;
    const name = [...this.#routes.keys()].sort().find((n) => port.includes(n));
    return name === undefined ? undefined : this.#routes.get(name);
  }
}

// The ibc module: clients, connections and channels, and which application is behind which port.
import type { AddressCodec } from '../../../chain/core/address.ts';
import type { AppModule } from '../../../chain/core/module.ts';
import { beginBlock } from './02-client/begin-block.ts';
import { registerClientMessages } from './02-client/msg-server.ts';
import { registerClientQueries } from './02-client/query-server.ts';
import { registerConnectionMessages } from './03-connection/msg-server.ts';
import { registerConnectionQueries } from './03-connection/query-server.ts';
import type { ChannelKeeper } from './04-channel/keeper.ts';
import { registerChannelMessages } from './04-channel/msg-server.ts';
import { registerChannelQueries } from './04-channel/query-server.ts';
import type { PortRouter } from './05-port/router.ts';
import { defaultGenesis, exportGenesis, initGenesis, validateGenesis } from './genesis.ts';
import { MODULE_NAME, STORE_NAME } from './keys.ts';

export function ibcModule(channels: ChannelKeeper, ports: PortRouter, addresses: AddressCodec): AppModule {
  const { connections } = channels;
  const { clients } = connections;
  return {
    name: MODULE_NAME,
    consensusVersion: 8n,
    storeNames: [STORE_NAME],
    registerServices: (registrar) => {
      registerClientMessages(registrar, clients, addresses);
      registerClientQueries(registrar, clients, addresses);
      registerConnectionMessages(registrar, connections, addresses);
      registerConnectionQueries(registrar, connections);
      registerChannelMessages(registrar, channels, ports, addresses);
      registerChannelQueries(registrar, channels);
    },
    defaultGenesis,
    validateGenesis,
    initGenesis: (ctx, json) => {
      initGenesis(channels, ctx, json);
      return undefined;
    },
    exportGenesis: (ctx) => (clients.hasParams(ctx) ? exportGenesis(channels, ctx) : undefined),
    beginBlock: (ctx) => beginBlock(clients, ctx),
  };
}

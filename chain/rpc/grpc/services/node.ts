// cosmos.base.node.v1beta1.Service: what is configured, and where the state stands (sdk:client/grpc/node/service.go).
import { ConfigRequest, ConfigResponse, StatusRequest, StatusResponse } from '../../../../proto/gen/cosmos/base/node/v1beta1.ts';
import { service, unary } from '../service.ts';

export const nodeService = service('cosmos.base.node.v1beta1.Service', {
  Config: unary(ConfigRequest, ConfigResponse, (_, { backend: { nodeConfig: c } }) => ({
    minimumGasPrice: c.minimumGasPrices,
    pruningKeepRecent: c.pruningKeepRecent,
    pruningInterval: c.pruningInterval,
    haltHeight: c.haltHeight,
  })),

  Status: unary(StatusRequest, StatusResponse, async (_, { backend: { chain }, height }) => {
    const at = height === 0n ? chain.height : height;
    const meta = await chain.meta(at);
    return {
      earliestStoreHeight: 0n,
      height: at,
      timestamp: meta?.header.time,
      appHash: meta?.header.appHash ?? new Uint8Array(0),
      validatorHash: meta?.header.nextValidatorsHash ?? new Uint8Array(0),
    };
  }),
});

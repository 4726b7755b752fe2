// cosmos.base.reflection.v1beta1 and v2alpha1: interfaces with their messages, and what a chain is, for clients that learn a chain as
// they meet it (sdk:client/grpc/reflection, server/grpc/reflection/v2alpha1).
import {
  ListAllInterfacesRequest,
  ListAllInterfacesResponse,
  ListImplementationsRequest,
  ListImplementationsResponse,
} from '../../../../proto/gen/cosmos/base/reflection/v1beta1.ts';
import {
  GetAuthnDescriptorRequest,
  GetAuthnDescriptorResponse,
  GetChainDescriptorRequest,
  GetChainDescriptorResponse,
  GetCodecDescriptorRequest,
  GetCodecDescriptorResponse,
  GetConfigurationDescriptorRequest,
  GetConfigurationDescriptorResponse,
  GetQueryServicesDescriptorRequest,
  GetQueryServicesDescriptorResponse,
  GetTxDescriptorRequest,
  GetTxDescriptorResponse,
} from '../../../../proto/gen/cosmos/base/reflection/v2alpha1.ts';
import { findService } from '../../../../proto/registry.ts';
import type { Backend } from '../../backend.ts';
import { service, unary } from '../service.ts';
import { GrpcCode, GrpcError, invalidArgument } from '../status.ts';

const MSG = 'cosmos.base.v1beta1.Msg';
/** Accepted by the application: TEXTUAL is not built. */
const SIGN_MODES = [
  ['SIGN_MODE_DIRECT', 1],
  ['SIGN_MODE_DIRECT_AUX', 3],
  ['SIGN_MODE_LEGACY_AMINO_JSON', 127],
] as const;

function registryOf({ app }: Backend) {
  if (app.registry === undefined) throw new GrpcError(GrpcCode.UNIMPLEMENTED, 'the application does not tell its interfaces');
  return app.registry;
}

const v1beta1 = service('cosmos.base.reflection.v1beta1.ReflectionService', {
  ListAllInterfaces: unary(ListAllInterfacesRequest, ListAllInterfacesResponse, (_, { backend }) => ({ interfaceNames: registryOf(backend).interfaces() })),

  ListImplementations: unary(ListImplementationsRequest, ListImplementationsResponse, ({ interfaceName }, { backend }) => {
    if (interfaceName === '') throw invalidArgument('invalid interface name');
    return { implementationMessageNames: registryOf(backend).implementations(interfaceName) };
  }),
});

const v2alpha1 = service('cosmos.base.reflection.v2alpha1.ReflectionService', {
  GetAuthnDescriptor: unary(GetAuthnDescriptorRequest, GetAuthnDescriptorResponse, () => ({
    authn: { signModes: SIGN_MODES.map(([name, number]) => ({ name, number, authnInfoProviderMethodFullname: '' })) },
  })),

  GetChainDescriptor: unary(GetChainDescriptorRequest, GetChainDescriptorResponse, (_, { backend }) => ({ chain: { id: backend.network.nodeInfo().network } })),

  GetCodecDescriptor: unary(GetCodecDescriptorRequest, GetCodecDescriptorResponse, (_, { backend }) => {
    const registry = registryOf(backend);
    const interfaces = registry.interfaces().map((fullname) => ({
      fullname,
      interfaceAcceptingMessages: [],
      interfaceImplementers: registry.implementations(fullname).map((typeUrl) => ({ fullname: typeUrl.slice(1), typeUrl })),
    }));
    return { codec: { interfaces } };
  }),

  GetConfigurationDescriptor: unary(GetConfigurationDescriptorRequest, GetConfigurationDescriptorResponse, (_, { backend }) => ({
    config: { bech32AccountAddressPrefix: backend.nodeConfig.bech32Prefix },
  })),

  GetQueryServicesDescriptor: unary(GetQueryServicesDescriptorRequest, GetQueryServicesDescriptorResponse, (_, { services }) => {
    const queryServices = services.map((fullname) => ({
      fullname,
      isModule: false,
      methods: (findService(fullname)?.methods ?? []).map(({ name }) => ({ name, fullQueryPath: `/${fullname}/${name}` })),
    }));
    return { queries: { queryServices } };
  }),

  GetTxDescriptor: unary(GetTxDescriptorRequest, GetTxDescriptorResponse, (_, { backend }) => ({
    tx: {
      fullname: 'cosmos.tx.v1beta1.Tx',
      msgs: registryOf(backend)
        .implementations(MSG)
        .map((msgTypeUrl) => ({ msgTypeUrl })),
    },
  })),
});

export const cosmosReflectionService = { ...v1beta1, ...v2alpha1 };

// `tx <module> <message>`: every message of a module, made from its descriptor; those that need more are in hand/.
import type { Command } from 'commander';
import type { MethodMeta } from '../../../proto/registry.ts';
import type { Cli } from '../cli.ts';
import { addFlags, argumentsOf, readRequest } from '../methods/arguments.ts';
import { kebab, type MethodCommand, TX_COMMANDS } from '../methods/names.ts';
import { messageServices, messageType, unaryMethods } from '../methods/services.ts';
import { addTxCommand } from './command.ts';
import { HAND_WRITTEN } from './hand/index.ts';
import { authorityOf, proposalFlags, proposalOf } from './proposal.ts';

/** What only an authority may send is proposed, also where names.ts has no line. */
function namesOf(module: string, method: MethodMeta, signer: string): MethodCommand {
  const named = TX_COMMANDS[module]?.[method.name];
  if (named !== undefined) return named;
  return signer === 'authority' ? { use: `${kebab(method.name)}-proposal`, proposal: true } : { use: kebab(method.name) };
}

function addMessage(parent: Command, cli: Cli, service: string, module: string, method: MethodMeta): void {
  const input = messageType(method.input);
  const signer = input.meta.signers?.[0] ?? '';
  const field = input.byName.get(signer);
  if (field === undefined) throw new Error(`${input.name} has no signer`);
  const { use, alias, proposal = false } = namesOf(module, method, signer);
  const a = argumentsOf(input, use, [signer]);
  const at = a.positional.findIndex((p) => p.path[0] === field);
  const isOperator = field.extra.scalar === 'cosmos.ValidatorAddressString';
  addTxCommand(parent, cli, {
    spec: a.spec,
    description: `${proposal ? 'Propose' : 'Send'} ${service.replace(/\.Msg$/, '')} ${method.name}`,
    ...(alias === undefined ? {} : { aliases: [alias] }),
    options: (command) => {
      addFlags(command, a);
      if (proposal) proposalFlags(command);
    },
    ...(at < 0 ? {} : { who: (words) => words[at] as string }),
    messages: (words, s) => {
      const given = at < 0 ? '' : (words[at] as string);
      const named = given.startsWith(`${s.client.prefix}valoper1`) ? given : isOperator ? s.operator : s.from.address;
      const signs = proposal ? authorityOf(s) : named;
      const message = readRequest(input, a, at < 0 ? words : words.with(at, signs), s.options, s.values);
      message[field.property] = signs;
      const any = { typeUrl: input.typeUrl, value: input.codec.encode(message) };
      return [proposal ? proposalOf([any], s) : any];
    },
  });
}

export function addModuleTxs(parent: Command, cli: Cli): void {
  for (const [module, service] of [...messageServices()].sort()) {
    const group = parent.command(module).description(`Send messages of the ${module} module`);
    const hand = HAND_WRITTEN[module];
    hand?.add(group, cli);
    for (const method of unaryMethods(service)) if (!hand?.methods.includes(method.name)) addMessage(group, cli, service, module, method);
  }
}

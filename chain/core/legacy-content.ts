// Contents of proposals of the old kind (gov v1beta1), which modules registered before proposals carried messages. A module names its kinds,
// chain/app hands them to governance. Source: sdk:x/gov/types/v1beta1/content.go.

export interface LegacyContentKind {
  /** Of the protobuf message. */
  readonly typeUrl: string;
  /** "Text", "SoftwareUpgrade", … */
  readonly type: string;
  /** Whether proposals of this type may be submitted: the reference forgets to register one. */
  readonly registered: boolean;
  /** Whose handler runs it. */
  readonly route: string;
  /** ValidateBasic. `abstract` checks title and description; without this method it is all there is. */
  // biome-ignore lint/suspicious/noExplicitAny: the message of the type URL
  validate?(value: any, abstract: () => void): void;
}

/** The API's shapes by short names; they are generated from docs/openapi.json (`npm run openapi`). */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Summary = Schemas['Summary'];
export type Image = Schemas['Image'];
export type Images = Schemas['Images'];
export type Waiting = Schemas['Waiting'];
export type Label = Schemas['Label'];
export type Text = Schemas['Text'];
export type Box = Schemas['Box'];
export type Claim = Schemas['Claim'];
export type ClaimAnswer = Schemas['ClaimAnswer'];
export type Decision = Schemas['Decision'];
export type DecisionRequest = Schemas['DecisionRequest'];
export type Entry = Schemas['Entry'];
export type Sight = Schemas['Sight'];
export type History = Schemas['History'];
export type UploadRequest = Schemas['UploadRequest'];
export type UploadAnswer = Schemas['UploadAnswer'];
export type Batch = Schemas['Batch'];
export type BatchRequest = Schemas['BatchRequest'];
export type Batches = Schemas['Batches'];
export type Report = Schemas['Report'];
export type Stats = Schemas['Stats'];

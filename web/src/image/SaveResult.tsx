import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/ApiContext';
import { sentenceOf } from '../api/problem';
import { sentence, shortName } from '../common/format';
import { saveAs } from '../common/save';

/** Saves the whole result document of an image, as the API gives it to whoever is signed in. */
export function SaveResult({ id, name }: { id: string; name: string }) {
  const api = useApi();
  const save = useMutation({
    mutationFn: () => api.document(id),
    onSuccess: (document) => saveAs(`${shortName(name)}.json`, document, 'application/json'),
  });
  return (
    <>
      <button
        type="button"
        className="text-button download"
        onClick={() => save.mutate()}
        disabled={save.isPending}
        data-testid="download-json"
      >
        Full result (JSON)
      </button>
      {save.isError && (
        <span role="alert" className="bad">
          {sentence(sentenceOf(save.error))}
        </span>
      )}
    </>
  );
}

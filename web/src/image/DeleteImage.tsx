import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { useApi } from '../api/ApiContext';
import { ApiError, sentenceOf } from '../api/problem';
import type { Image } from '../api/types';
import { useAnnounce } from '../common/announcer';
import { ErrorAlert } from '../common/ErrorAlert';
import { sentence, shortName } from '../common/format';
import { forgetImage } from './forget';
import { isGone } from './useImage';

/** After the first: half a minute in all. */
const TRIES = 5;
const LONGEST_WAIT = 8_000;

/** 409: the pipeline has it just now. The rest may pass too, and asking again finishes what began. */
const mayPass = (error: unknown): boolean =>
  error instanceof ApiError && (error.mayPass || error.status === 409);

const waitBefore = (tries: number, error: unknown): number => {
  const own = Math.min(1_000 * 2 ** tries, LONGEST_WAIT);
  return error instanceof ApiError ? Math.max(own, Math.min(error.retryAfter, 30_000)) : own;
};

/** Deletes an image, once a person has read what that means. */
export function DeleteImage({ image }: { image: Image }) {
  const api = useApi();
  const client = useQueryClient();
  const announce = useAnnounce();
  const [, navigate] = useLocation();
  const [open, setOpen] = useState(false);
  const isHere = useIsHere();
  const id = image.id ?? image.task_id ?? '';
  const remove = useMutation({
    mutationFn: async () => {
      try {
        await api.remove(id);
      } catch (error) {
        // It went meanwhile: by somebody else, or by a request whose answer was lost.
        if (!isGone(error)) throw error;
      }
    },
    retry: (failures, error) => failures < TRIES && mayPass(error),
    retryDelay: waitBefore,
    onSuccess: () => {
      announce(`${shortName(image.name)} is deleted.`);
      // First, so that the page does not ask for what it shows.
      if (isHere.current) navigate('/gallery');
      forgetImage(client, image);
    },
  });
  return (
    <>
      <Button iconName="remove" onClick={() => setOpen(true)} data-testid="delete">
        Delete
      </Button>
      <Modal
        visible={open}
        onDismiss={() => setOpen(false)}
        closeAriaLabel="Close"
        header="Delete this image?"
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => setOpen(false)} disabled={remove.isPending}>
                Keep it
              </Button>
              <Button
                variant="primary"
                loading={remove.isPending}
                onClick={() => remove.mutate()}
                data-testid="delete-confirm"
              >
                Delete
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <SpaceBetween size="m">
          {remove.isError && (
            <div data-testid="not-deleted">
              <ErrorAlert title="The image was not deleted" error={remove.error} />
              {mayPass(remove.error) && <p>Press Delete again in a minute: that finishes it.</p>}
            </div>
          )}
          {remove.isPending && remove.failureCount > 0 && (
            <p role="status" data-testid="delete-waits">
              {sentence(sentenceOf(remove.failureReason))} This is tried again by itself.
            </p>
          )}
          <p>
            <strong>{image.name}</strong> goes, with its copies, its result and all decisions on it.
            This cannot be undone.
          </p>
        </SpaceBetween>
      </Modal>
    </>
  );
}

/** False once people have gone to another page. */
function useIsHere() {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return isHere;
}

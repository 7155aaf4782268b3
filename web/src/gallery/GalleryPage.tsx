import Button from '@cloudscape-design/components/button';
import { useEffect, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useAnnounce } from '../common/announcer';
import { Empty } from '../common/Empty';
import { ErrorAlert } from '../common/ErrorAlert';
import { formatCount } from '../common/format';
import { LinkButton } from '../common/LinkButton';
import { Loading } from '../common/Loading';
import { Page } from '../common/Page';
import { ImageCard } from './ImageCard';
import { SearchForm } from './SearchForm';
import { isEmptySearch, NO_SEARCH, readSearch, type Search, writeSearch } from './search';
import { useImages } from './useImages';
import './gallery.css';

export default function GalleryPage() {
  const [query, setQuery] = useSearchParams();
  const address = query.toString();
  const search = useMemo(() => readSearch(new URLSearchParams(address)), [address]);
  const go = (next: Search) => {
    const query = writeSearch(next);
    // The same address once more would only be in the way of the back button.
    if (query.toString() !== writeSearch(search).toString()) setQuery(query);
  };
  return (
    <Page
      title="Gallery"
      actions={
        <LinkButton href="/upload" variant="primary" iconName="upload">
          Upload
        </LinkButton>
      }
    >
      <SearchForm search={search} onSearch={go} />
      <Found key={address} search={search} onClear={() => go(NO_SEARCH)} />
    </Page>
  );
}

function Found({ search, onClear }: { search: Search; onClear: () => void }) {
  const { items, pages, more, reload, renewLinks, isSearching } = useImages(search);
  const announce = useAnnounce();
  const searched = !isEmptySearch(search);
  const hasAnswer = pages.isSuccess && !isSearching;
  useEffect(() => {
    if (hasAnswer && searched) announce(`${formatCount(items.length, 'image')} found`);
  }, [hasAnswer, searched, items.length, announce]);

  if (pages.isPending) return <Loading what="images" />;
  if (pages.isError && items.length === 0) {
    return (
      <ErrorAlert title="The images could not be loaded" error={pages.error} onRetry={reload} />
    );
  }
  return (
    <>
      {pages.isRefetchError && (
        <p className="bad" data-testid="stale">
          The images cannot be looked at anew at the moment. This is tried again by itself.
        </p>
      )}
      {items.length > 0 && (
        <ul className="cards" aria-label="Images" data-testid="gallery">
          {items.map((image) => (
            <ImageCard key={image.id ?? image.task_id} image={image} onBroken={renewLinks} />
          ))}
        </ul>
      )}
      {items.length === 0 && !isSearching && !pages.hasNextPage && (
        <Nothing searched={searched} onClear={onClear} />
      )}
      {pages.isFetchNextPageError && (
        <ErrorAlert title="More images could not be loaded" error={pages.error} onRetry={more} />
      )}
      <div className="more">
        {isSearching && <Loading what="images" />}
        {!isSearching && pages.hasNextPage && !pages.isFetchNextPageError && (
          <Button onClick={more} data-testid="load-more">
            {items.length === 0 ? 'Nothing found so far: search further back' : 'Load more'}
          </Button>
        )}
      </div>
    </>
  );
}

function Nothing({ searched, onClear }: { searched: boolean; onClear: () => void }) {
  if (!searched) {
    return (
      <Empty title="There are no images yet">
        <p>Upload some: their labels and text appear here seconds later.</p>
        <LinkButton href="/upload" variant="primary">
          Upload images
        </LinkButton>
      </Empty>
    );
  }
  return (
    <Empty title="No image fits your search">
      <p>Try fewer words, another label, or a longer time.</p>
      <Button onClick={onClear}>Show all images</Button>
    </Empty>
  );
}

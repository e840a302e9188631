package survey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"earshot/survey/store"
)

// UploadChunk is one piece of a file that was sent in for an import. It lies in the store, so that any process can go on
// with the import, and goes when the import is over, or by itself when it expires.
type UploadChunk struct {
	store.Meta `json:",inline"`
	Data       []byte    `json:"data"`
	ExpiresAt  time.Time `json:"expires_at"`
}

var uploadChunkSpec = &store.Spec{
	Name:    "upload_chunks",
	New:     func() store.Doc { return new(UploadChunk) },
	Expires: "expires_at",
}

const (
	// chunkSize is the length of a chunk in bytes, the last one apart: well below what one document may hold, also in base64,
	// and little beside the memory that an import takes.
	chunkSize = 512 << 10
	// uploadAge is how long a file waits for somebody to start its import.
	uploadAge = 6 * time.Hour
	// chunkAge is how long a chunk stays at most: an import that was started may have to wait for a worker over a week-end.
	chunkAge = 7 * 24 * time.Hour
	// uploadPatience is how long an upload waits for a store that is away before it is refused.
	uploadPatience = 30 * time.Second
)

// chunkID returns the id of a chunk: the chunks of a file lie side by side, in their order.
func chunkID(upload string, place int) string { return fmt.Sprintf("%s.%06d", upload, place) }

// Upload keeps a file, a chunk at a time as it comes in, until its import is started with StartImport. Nobody but By may
// start it, and one that is not started within hours is thrown away. Errors are of kind Invalid where the kind is none or the
// file is empty, Unavailable where the store is away for long, or those of the request's Reader.
func (s *Service) Upload(ctx context.Context, r ImportRequest) (*Import, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	now := s.now()
	doc := &Import{
		Meta: store.Meta{ID: s.newIDFor(ctx, "imp")}, Kind: r.Kind, FileName: fileName(r.FileName), State: ImportUploaded,
		StartedBy: r.By, StartedAt: now, HeartbeatAt: now, Options: r.Options,
	}
	err := s.keepChunks(ctx, doc, r.Reader)
	if err == nil {
		doc.Owe(effectTakeIn, now.Add(uploadAge))
		err = s.patiently(ctx, func(ctx context.Context) error { return ignoreTaken(s.db.imports.Insert(ctx, doc)) })
	}
	if err != nil {
		s.discard(ctx, doc)
		return nil, err
	}
	return doc, nil
}

// fileName returns a name fit to be shown.
func fileName(name string) string {
	const longest = 200
	name = tidyLine(name)
	if !printable(name) || name == "" {
		return "file.csv"
	}
	if runes := []rune(name); len(runes) > longest {
		return string(runes[:longest])
	}
	return name
}

// keepChunks stores a file and counts its chunks and bytes in the import.
func (s *Service) keepChunks(ctx context.Context, doc *Import, from io.Reader) error {
	expires := store.Time(s.now().Add(chunkAge))
	for {
		buffer := make([]byte, chunkSize)
		n, err := io.ReadFull(from, buffer)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if n > 0 {
			chunk := &UploadChunk{Meta: store.Meta{ID: chunkID(doc.ID, doc.Chunks)}, Data: buffer[:n], ExpiresAt: expires}
			if err := s.keepChunk(ctx, chunk, doc.Chunks == 0); err != nil {
				return err
			}
			doc.Chunks++
			doc.BytesTotal += int64(n)
		}
		if err != nil && doc.Chunks == 0 {
			return Errorf(Invalid, "the file is empty; its first line must hold the headings of the columns")
		}
		if err != nil {
			return nil //nolint:nilerr // the end of the file
		}
	}
}

// keepChunk stores a chunk. Where the store is away for the first one, it is better to say so at once; with the others
// it waits a while, for much has been sent by then.
func (s *Service) keepChunk(ctx context.Context, chunk *UploadChunk, first bool) error {
	if first {
		return ignoreTaken(s.db.uploadChunks.Insert(ctx, chunk))
	}
	return s.patiently(ctx, func(ctx context.Context) error { return ignoreTaken(s.db.uploadChunks.Insert(ctx, chunk)) })
}

// ignoreTaken drops the refusal of what was inserted already, by a try whose answer was lost.
func ignoreTaken(err error) error {
	if isDuplicate(err) {
		return nil
	}
	return err
}

// patiently repeats what fails for the store's being away, for a while.
func (s *Service) patiently(ctx context.Context, try func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, uploadPatience)
	defer cancel()
	return persist(ctx, nil, func() error { return try(ctx) })
}

// dropChunks removes the chunks of a file.
func (s *Service) dropChunks(ctx context.Context, doc *Import) error {
	all := make([]*UploadChunk, doc.Chunks)
	for i := range all {
		all[i] = &UploadChunk{Meta: store.Meta{ID: chunkID(doc.ID, i), Version: 1}} // nobody ever changes a chunk
	}
	_, err := s.db.uploadChunks.DeleteAll(ctx, all) // those that are gone already are no matter
	return err
}

// discard removes the chunks of a file that nobody wants. Those that cannot be removed now expire.
func (s *Service) discard(ctx context.Context, doc *Import) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	if err := s.dropChunks(ctx, doc); err != nil {
		s.log.WarnContext(ctx, "an uploaded file is left until it expires", "import", doc.ID, "error", err)
	}
}

// uploadReader reads a file from its chunks, a chunk at a time.
type uploadReader struct {
	ctx  context.Context
	s    *Service
	doc  *Import
	next int
	left []byte
	// waiting is told since when the store is away; nil tells nobody.
	waiting func(since time.Time)
}

func (s *Service) readUpload(ctx context.Context, doc *Import) *uploadReader {
	return &uploadReader{ctx: ctx, s: s, doc: doc}
}

// Read implements io.Reader. A file whose chunks have expired is Gone.
func (r *uploadReader) Read(b []byte) (int, error) {
	if len(r.left) == 0 {
		if r.next >= r.doc.Chunks {
			return 0, io.EOF
		}
		chunk, err := r.fetch()
		if err != nil {
			return 0, err
		}
		r.left, r.next = chunk.Data, r.next+1
	}
	n := copy(b, r.left)
	r.left = r.left[n:]
	return n, nil
}

func (r *uploadReader) fetch() (chunk *UploadChunk, err error) {
	err = persist(r.ctx, r.waiting, func() error {
		chunk, err = r.s.db.uploadChunks.Get(r.ctx, chunkID(r.doc.ID, r.next))
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(Gone, "the file that was sent in is no longer here; send it again")
	}
	return chunk, err
}

// Uploaded returns an import that waits to be started, to whoever has sent its file in; to others it is NotFound.
func (s *Service) Uploaded(ctx context.Context, id string, by RepID) (*Import, error) {
	doc, err := s.Import(ctx, id)
	if err == nil && (doc.State != ImportUploaded || doc.StartedBy != by) || KindOf(err) == NotFound {
		return nil, Errorf(NotFound, "this upload is not here any more; it was started or thrown away")
	}
	return doc, err
}

// uploadPreviewRows is how many rows of an uploaded file a preview looks at.
const uploadPreviewRows = 5000

// PreviewUpload tells what an import of an uploaded file would do, going by its first rows.
func (s *Service) PreviewUpload(ctx context.Context, upload *Import, o ImportOptions) (*ImportPreview, error) {
	return s.previewImport(ctx, ImportRequest{
		Kind: upload.Kind, FileName: upload.FileName, Size: upload.BytesTotal, Reader: s.readUpload(ctx, upload), Options: o, By: upload.StartedBy,
	}, uploadPreviewRows)
}

// DropUpload throws a file away that was not started; its import goes with it.
func (s *Service) DropUpload(ctx context.Context, upload *Import) error {
	if err := s.db.imports.Delete(ctx, upload); err != nil {
		return err
	}
	s.discard(ctx, upload)
	return nil
}

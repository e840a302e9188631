package api

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"earshot/survey"
)

// uploads are the files that were sent in by browsers and wait for their columns to be confirmed, and the imports that run
// of them. The files lie on the disk of this process; one that forgets them, because it ends, loses nothing but the upload.
type uploads struct {
	service *survey.Service
	log     *slog.Logger
	// run is what imports run under; stop ends them, and running counts them.
	run     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	folder string
	files  map[string]*uploaded
}

// uploaded is one file.
type uploaded struct {
	path    string
	at      time.Time
	kind    survey.ImportKind
	name    string
	size    int64
	by      survey.RepID
	started bool
}

// uploadAge is how long a file waits for somebody to go on with it.
const uploadAge = 6 * time.Hour

// newUploads returns where uploads are kept; nothing is written before the first comes.
func newUploads(service *survey.Service, log *slog.Logger) *uploads {
	run, stop := context.WithCancel(context.Background())
	return &uploads{service: service, log: log, run: run, stop: stop, files: map[string]*uploaded{}}
}

// close stops the imports, which can be run again, waits until they have said so, and removes the files.
func (u *uploads) close() error {
	u.stop()
	u.running.Wait()
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.folder == "" {
		return nil
	}
	return os.RemoveAll(u.folder)
}

// keep writes a file to the disk and returns the token by which it is found again.
func (u *uploads) keep(file *uploaded, from io.Reader) (token string, err error) {
	folder, err := u.place()
	if err != nil {
		return "", err
	}
	var raw [16]byte
	if _, err := io.ReadFull(u.service.Random, raw[:]); err != nil {
		return "", err
	}
	token = hex.EncodeToString(raw[:])
	file.path, file.at = filepath.Join(folder, token+".csv"), u.service.Clock()
	out, err := os.OpenFile(file.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	file.size, err = io.Copy(out, from)
	if err = errors.Join(err, out.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.path))
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.files[token] = file
	return token, nil
}

// place makes the folder of uploads at the first need, and forgets files that nobody went on with.
func (u *uploads) place() (string, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for token, file := range u.files {
		if !file.started && u.service.Clock().Sub(file.at) > uploadAge {
			u.drop(token, file)
		}
	}
	if u.folder != "" {
		return u.folder, nil
	}
	sweepUploads(u.log)
	folder, err := os.MkdirTemp("", uploadFolder)
	u.folder = folder
	return folder, err
}

// uploadFolder begins the names of the folders in which processes keep their uploads.
const uploadFolder = "earshot-uploads-"

// sweepUploads removes what processes left that were killed: folders in which nothing was written for a day.
func sweepUploads(log *slog.Logger) {
	left, err := filepath.Glob(filepath.Join(os.TempDir(), uploadFolder+"*"))
	if err != nil {
		return
	}
	for _, folder := range left {
		info, err := os.Stat(folder)
		if err != nil || time.Since(info.ModTime()) < 24*time.Hour {
			continue
		}
		if err := os.RemoveAll(folder); err != nil {
			log.Warn("an old upload could not be removed", "folder", folder, "error", err)
		}
	}
}

// find returns the file of a token, if whoever asks has sent it in and it has not been started.
func (u *uploads) find(token string, by survey.RepID) (*uploaded, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	file := u.files[token]
	if file == nil || file.by != by || file.started {
		return nil, survey.Errorf(survey.NotFound, "this upload is not here any more; send the file again, nothing was taken in")
	}
	return file, nil
}

// cancel removes a file that shall not be taken in.
func (u *uploads) cancel(token string, by survey.RepID) error {
	file, err := u.find(token, by)
	if err != nil {
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.drop(token, file)
	return nil
}

// drop forgets a file and removes it. The caller holds mu.
func (u *uploads) drop(token string, file *uploaded) {
	delete(u.files, token)
	if err := os.Remove(file.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		u.log.Warn("an upload could not be removed", "error", err)
	}
}

// startWait is how long a start waits for the import to be known by its id.
const startWait = 5 * time.Second

// start takes a file in, in the background, and returns the import's id; empty if it has not begun within startWait.
func (u *uploads) start(token string, by survey.RepID, options survey.ImportOptions) (string, error) {
	file, err := u.find(token, by)
	if err != nil {
		return "", err
	}
	in, err := os.Open(file.path)
	if err != nil {
		return "", err
	}
	u.mu.Lock()
	again := file.started
	file.started = true
	u.mu.Unlock()
	if again { // of two that press the button at once, one starts it
		return "", in.Close()
	}
	type beginning struct {
		id  string
		err error
	}
	began := make(chan beginning, 2)
	var first sync.Once
	u.running.Go(func() {
		defer func() { _ = in.Close() }()
		done, err := u.service.RunImport(u.run, survey.ImportRequest{
			Kind: file.kind, FileName: file.name, Size: file.size, Reader: in, Options: options, By: by,
		}, func(i survey.Import) { first.Do(func() { began <- beginning{id: i.ID} }) })
		if done != nil {
			began <- beginning{id: done.ID}
		} else {
			began <- beginning{err: err}
		}
		if err != nil {
			u.log.Warn("an import ended early", "file", file.name, "error", err)
		}
		u.mu.Lock()
		defer u.mu.Unlock()
		if done == nil && survey.KindOf(err) == survey.Invalid { // it can be mended and started again
			file.started = false
			return
		}
		u.drop(token, file)
	})
	select {
	case b := <-began:
		return b.id, b.err
	case <-time.After(startWait):
		return "", nil
	}
}

// fileBase returns the name of an uploaded file without the folders that some browsers send.
func fileBase(name string) string {
	return filepath.Base(strings.ReplaceAll(name, `\`, "/"))
}

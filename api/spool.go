package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
)

// spoolMemory is how many bytes a spool keeps in memory before it goes on in a file.
const spoolMemory = 1 << 20

// spool keeps an answer until it can be sent, or a request until it can be worked on, at constant memory. The zero spool is
// empty.
type spool struct {
	memory bytes.Buffer
	file   *os.File
}

// line adds a value as a line of JSON.
func (s *spool) line(value any) error {
	line, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = s.Write(append(line, '\n'))
	return err
}

// Write adds bytes; its errors are *spoolError.
func (s *spool) Write(b []byte) (int, error) {
	s.memory.Write(b)
	if s.memory.Len() < spoolMemory {
		return len(b), nil
	}
	return len(b), s.spill()
}

// spoolError says that the temporary file cannot be written.
type spoolError struct{ cause error }

func (e *spoolError) Error() string { return "spool: " + e.cause.Error() }

// Unwrap returns the cause.
func (e *spoolError) Unwrap() error { return e.cause }

// spill moves what is in memory to the file.
func (s *spool) spill() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "earshot-spool-")
		if err != nil {
			return &spoolError{err}
		}
		s.file = file
	}
	if _, err := s.memory.WriteTo(s.file); err != nil {
		return &spoolError{err}
	}
	return nil
}

// reader reads all from the beginning. Nothing may be written meanwhile.
func (s *spool) reader() (io.Reader, error) {
	memory := bytes.NewReader(s.memory.Bytes())
	if s.file == nil {
		return memory, nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return io.MultiReader(s.file, memory), err
}

// copyTo sends all.
func (s *spool) copyTo(w io.Writer) error {
	all, err := s.reader()
	if err == nil {
		_, err = io.Copy(w, all)
	}
	return err
}

// close removes the file.
func (s *spool) close(log *slog.Logger) {
	if s.file == nil {
		return
	}
	if err := errors.Join(s.file.Close(), os.Remove(s.file.Name())); err != nil {
		log.Warn("temporary file not removed", "error", err)
	}
}

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
)

// spoolMemory is how many bytes a spool keeps in memory before it goes on in a file.
const spoolMemory = 1 << 20

// spool keeps an answer until it can be sent, at constant memory. The zero spool is empty.
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
	s.memory.Write(append(line, '\n'))
	if s.memory.Len() < spoolMemory {
		return nil
	}
	return s.spill()
}

// spill moves what is in memory to the file.
func (s *spool) spill() error {
	if s.file == nil {
		file, err := os.CreateTemp("", "earshot-answer-")
		if err != nil {
			return fmt.Errorf("spool an answer: %w", err)
		}
		s.file = file
	}
	if _, err := s.memory.WriteTo(s.file); err != nil {
		return fmt.Errorf("spool an answer: %w", err)
	}
	return nil
}

// copyTo sends all.
func (s *spool) copyTo(w io.Writer) error {
	if s.file != nil {
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(w, s.file); err != nil {
			return err
		}
	}
	_, err := s.memory.WriteTo(w)
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

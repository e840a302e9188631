package frontend

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"earshot/survey"
)

// A page to answer on is the same for all contacts who get the same version in the same language, but for a few places:
// links, names, what is chosen and typed, and what is wrong. So its template is run once for each version and language
// with a mark at each of these places; the skeleton is the text between the marks, and showing the page to a contact only
// fills the places. That is many times faster than running the template.

// skeleton is a page of type P cut at its places: texts[0], places[0], texts[1], and so on to the last text.
type skeleton[P any] struct {
	texts  [][]byte
	places []filler[P]
	size   int
}

// filler writes what stands at one place of a page, escaped.
type filler[P any] func(b *bytes.Buffer, page P)

// marks collects the places while a template is run.
type marks[P any] struct{ places []filler[P] }

// markStart and markEnd stand around a place's number. They pass through every escaper of html/template unchanged.
const (
	markStart = "PLACE-7c1f9e42-"
	markEnd   = "-ECALP"
)

// add returns the mark of a place that the filler fills.
func (m *marks[P]) add(fill filler[P]) string {
	m.places = append(m.places, fill)
	return markStart + strconv.Itoa(len(m.places)-1) + markEnd
}

// cut makes a skeleton of the page that the template wrote. Each place stands in it once at the most; what is no mark of
// ours, though it looks like one, stays text.
func (m *marks[P]) cut(page string) *skeleton[P] {
	s := &skeleton[P]{size: len(page)}
	text := ""
	for {
		before, rest, found := strings.Cut(page, markStart)
		if !found {
			break
		}
		digits, after, closed := strings.Cut(rest, markEnd)
		number, err := strconv.Atoi(digits)
		if !closed || err != nil || number < 0 || number >= len(m.places) {
			text, page = text+before+markStart, rest
			continue
		}
		s.texts = append(s.texts, []byte(text+before))
		s.places = append(s.places, m.places[number])
		text, page = "", after
	}
	s.texts = append(s.texts, []byte(text+page))
	return s
}

func (s *skeleton[P]) write(b *bytes.Buffer, page P) {
	b.Grow(s.size)
	for i, fill := range s.places {
		b.Write(s.texts[i])
		fill(b, page)
	}
	b.Write(s.texts[len(s.places)])
}

// answerSkeletons keeps what was cut. Versions never change, so neither does their skeleton.
type answerSkeletons struct {
	mu    sync.RWMutex
	known map[skeletonKey]*skeleton[*AnswerPage]
}

type skeletonKey struct {
	survey   survey.SurveyID
	version  int
	language string
}

// maxSkeletons bounds the memory: some 10 MB at the worst.
const maxSkeletons = 512

func (s *answerSkeletons) find(key skeletonKey) *skeleton[*AnswerPage] {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known[key]
}

func (s *answerSkeletons) keep(key skeletonKey, made *skeleton[*AnswerPage]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= maxSkeletons {
		s.known = make(map[skeletonKey]*skeleton[*AnswerPage])
	}
	s.known[key] = made
}

// skeletonOf returns the page's skeleton, made at most once for a version and language. Drafts (number 0) are not kept.
func (f *Frontend) skeletonOf(p *AnswerPage) (*skeleton[*AnswerPage], error) {
	key := skeletonKey{p.SurveyID, p.Version.Number, p.Language}
	if key.version == 0 {
		return f.cutAnswer(p)
	}
	if s := f.answers.find(key); s != nil {
		return s, nil
	}
	s, err := f.cutAnswer(p)
	if err == nil {
		f.answers.keep(key, s)
	}
	return s, err
}

// renderAnswer writes the page to answer on.
func (f *Frontend) renderAnswer(b *bytes.Buffer, p *AnswerPage) error {
	if p.Version == nil {
		return fmt.Errorf("frontend: a page to answer on without a version")
	}
	s, err := f.skeletonOf(p)
	if err != nil {
		return err
	}
	s.write(b, p)
	return nil
}

package frontend

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"earshot/survey"
)

// A page to answer on is the same for all contacts who get the same edition in the same language, but for a few places:
// links, names, what is chosen and typed, and what is wrong. So its template is run once for each edition and language
// with a mark at each of these places; the skeleton is the text between the marks, and showing the page to a contact only
// fills the places. That is many times faster than running the template.

// skeleton is a page cut at its places: texts[0], places[0], texts[1], and so on to the last text.
type skeleton struct {
	texts  [][]byte
	places []filler
	size   int
}

// filler writes what stands at one place of a contact's page, escaped.
type filler func(b *bytes.Buffer, p *AnswerPage)

// marks collects the places while a template is run.
type marks struct{ places []filler }

// markStart and markEnd stand around a place's number. They pass through every escaper of html/template unchanged.
const (
	markStart = "PLACE-7c1f9e42-"
	markEnd   = "-ECALP"
)

// add returns the mark of a place that the filler fills.
func (m *marks) add(fill filler) string {
	m.places = append(m.places, fill)
	return markStart + strconv.Itoa(len(m.places)-1) + markEnd
}

// cut makes a skeleton of the page that the template wrote. Each place stands in it once at the most; what is no mark of
// ours, though it looks like one, stays text.
func (m *marks) cut(page string) *skeleton {
	s := &skeleton{size: len(page)}
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

func (s *skeleton) write(b *bytes.Buffer, p *AnswerPage) {
	b.Grow(s.size)
	for i, fill := range s.places {
		b.Write(s.texts[i])
		fill(b, p)
	}
	b.Write(s.texts[len(s.places)])
}

// skeletons keeps what was cut. Editions never change, so neither does their skeleton.
type skeletons struct {
	mu    sync.RWMutex
	known map[skeletonKey]*skeleton
}

type skeletonKey struct {
	survey   survey.SurveyID
	edition  int
	language string
}

// maxSkeletons bounds the memory: some 10 MB at the worst.
const maxSkeletons = 512

func (s *skeletons) find(key skeletonKey) *skeleton {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known[key]
}

func (s *skeletons) keep(key skeletonKey, made *skeleton) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || len(s.known) >= maxSkeletons {
		s.known = make(map[skeletonKey]*skeleton)
	}
	s.known[key] = made
}

// skeleton returns the page's skeleton, made at most once for an edition and language. Drafts (number 0) are not kept.
func (f *Frontend) skeleton(p *AnswerPage) (*skeleton, error) {
	key := skeletonKey{p.SurveyID, p.Edition.Number, p.Language}
	if key.edition == 0 {
		return f.cutAnswer(p)
	}
	if s := f.skeletons.find(key); s != nil {
		return s, nil
	}
	s, err := f.cutAnswer(p)
	if err == nil {
		f.skeletons.keep(key, s)
	}
	return s, err
}

// renderAnswer writes the page to answer on.
func (f *Frontend) renderAnswer(b *bytes.Buffer, p *AnswerPage) error {
	if p.Edition == nil {
		return fmt.Errorf("frontend: a page to answer on without an edition")
	}
	s, err := f.skeleton(p)
	if err != nil {
		return err
	}
	s.write(b, p)
	return nil
}

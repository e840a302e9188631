package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// clearLine goes back to the beginning of a terminal's line and empties it (ECMA-48 EL).
const clearLine = "\r\x1b[K"

// progressEvery is how often a progress line is written anew.
const progressEvery = 200 * time.Millisecond

// copyProgress returns what shows how far a copy is.
func copyProgress(w io.Writer) func(store.CopyProgress) {
	var last time.Time
	return func(p store.CopyProgress) {
		now := time.Now()
		if now.Sub(last) < progressEvery {
			return
		}
		last = now
		doing := "copied"
		if p.Comparing {
			doing = "compared"
		}
		fmt.Fprintf(w, clearLine+"%s: %d documents %s", p.Collection, p.Documents, doing)
	}
}

// importProgress returns what draws the progress bar of an import, and says when it waits.
func importProgress(w io.Writer) func(survey.ImportProgress) {
	var last time.Time
	return func(i survey.ImportProgress) {
		now := time.Now()
		if now.Sub(last) < progressEvery {
			return
		}
		last = now
		if !i.WaitingSince.IsZero() {
			fmt.Fprintf(w, clearLine+"%d rows; waiting for the database for %s…", i.Rows, now.Sub(i.WaitingSince).Round(time.Second))
			return
		}
		fmt.Fprintf(w, clearLine+"%s %d rows, %d wrong", bar(i.BytesRead, i.BytesTotal), i.Rows, i.Failed)
	}
}

// bar draws a bar of 30 characters; nothing where the total is not known.
func bar(done, total int64) string {
	if total <= 0 {
		return ""
	}
	const width = 30
	full := int(min(done, total) * width / total)
	return fmt.Sprintf("[%s%s] %3d %%", strings.Repeat("#", full), strings.Repeat("·", width-full), min(done, total)*100/total)
}

// progressLine returns what shows on one line what is being done, and what clears the line in the end.
func progressLine(w io.Writer) (tell telling, clear func()) {
	var mu sync.Mutex
	shown := false
	tell = func(doing string) {
		mu.Lock()
		defer mu.Unlock()
		shown = true
		fmt.Fprint(w, clearLine+doing)
	}
	clear = func() {
		mu.Lock()
		defer mu.Unlock()
		if shown {
			fmt.Fprint(w, clearLine)
		}
		shown = false
	}
	return tell, clear
}

//go:build linux

package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"earshot/cmd/earshot/internal/journey"
)

// TestFullDisk lets the program meet the end of its disk: from some moment on no file of its process may grow. It says so,
// keeps what was typed, goes on reading, and takes answers again when there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "earshot.db")
	p, prepared := prepare(t, where, 120, true)
	visitor := journey.NewClient(t, p.URL, "")
	limitFiles(t, p.PID(), largestFile(t, filepath.Dir(where))+64<<10)
	people := answerers(prepared)
	refusedAt := -1
	for i, a := range people {
		got := visitor.Do(http.MethodPost, "/r/"+a.token, form(5, fmt.Sprintf("answer 1 %s", strings.Repeat("and so on ", 150))),
			http.StatusOK, http.StatusInsufficientStorage)
		if got.Status == http.StatusInsufficientStorage {
			if body := string(got.Body); !strings.Contains(body, "could not be stored") || !strings.Contains(body, "and so on and so on") {
				t.Errorf("the page does not tell, or does not hold what was typed: %.1500s", body)
			}
			refusedAt = i
			break
		}
		a.tried, a.acknowledged = 1, 1
	}
	if refusedAt < 1 {
		t.Fatalf("the first answer that was refused is number %d, want a later one", refusedAt)
	}
	// What is smaller may still fit, so the API gets as much to store.
	problem := journey.Answer{}
	for i := refusedAt; i < len(people) && problem.Status != http.StatusInsufficientStorage; i++ {
		problem = visitor.Do(http.MethodPost, "/api/v1/answer/"+people[i].token, map[string]any{"answers": []map[string]any{
			{"question_id": "recommend", "score": 5}, {"question_id": "why", "text": "answer 1 " + strings.Repeat("and so on ", 150)},
		}}, http.StatusOK, http.StatusInsufficientStorage)
	}
	if !strings.Contains(string(problem.Body), "disk of the server is full") {
		t.Errorf("the API says %s, want that the disk is full", problem.Body)
	}
	visitor.Do(http.MethodGet, "/r/"+people[refusedAt].token, nil, http.StatusOK)
	limitFiles(t, p.PID(), unix.RLIM_INFINITY)
	for _, a := range people[refusedAt:] {
		if err := a.answerNumber(visitor); err != nil {
			t.Fatalf("with room again: %v", err)
		}
	}
	p.Kill()
	p.Restart()
	checkKeptCount(t, journey.NewClient(t, p.URL, prepared.Key), len(people))
}

// checkKeptCount fails the test unless so many responses are stored, each of another invitation.
func checkKeptCount(t *testing.T, c *journey.Client, want int) {
	t.Helper()
	of := map[string]bool{}
	for _, r := range journey.All[kept](c, "/api/v1/responses?suspects=true") {
		of[r.InvitationID] = true
	}
	if len(of) != want {
		t.Errorf("%d invitations have a response, want %d", len(of), want)
	}
}

// largestFile returns the size of the largest file in a folder.
func largestFile(t *testing.T, folder string) uint64 {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var largest int64
	for _, e := range entries {
		if info, err := e.Info(); err == nil {
			largest = max(largest, info.Size())
		}
	}
	return uint64(largest)
}

// limitFiles lets files of a process grow to so many bytes.
func limitFiles(t *testing.T, pid int, size uint64) {
	t.Helper()
	var limit unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = min(size, limit.Max)
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		t.Fatal(err)
	}
}

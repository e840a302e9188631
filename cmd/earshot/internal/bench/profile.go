package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// profilerSource is a file that is laid over the program's own when -profile is set: whatever runs writes a CPU profile of
// every two seconds into the folder, since a program that ends by itself is not there to be asked for one at the end.
const profilerSource = `package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"
)

func init() {
	name := fmt.Sprintf("%s-%d", strings.Join(os.Args[1:min(3, len(os.Args))], "-"), os.Getpid())
	go func() {
		for i := 0; ; i++ {
			f, err := os.Create(filepath.Join(FOLDER, fmt.Sprintf("%s-%03d.pprof", name, i)))
			if err != nil || pprof.StartCPUProfile(f) != nil {
				return
			}
			time.Sleep(2 * time.Second)
			pprof.StopCPUProfile()
			_ = f.Close()
		}
	}()
}
`

// profilerOverlay writes what makes the program write profiles into the folder, and returns the file for go build's -overlay.
func profilerOverlay(into, folder string) (string, error) {
	into, err := filepath.Abs(into)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(into, 0o755); err != nil {
		return "", err
	}
	quoted, err := json.Marshal(into)
	if err != nil {
		return "", err
	}
	source := filepath.Join(folder, "profiler.go")
	if err := os.WriteFile(source, []byte(strings.Replace(profilerSource, "FOLDER", string(quoted), 1)), 0o600); err != nil {
		return "", err
	}
	target, err := filepath.Abs(filepath.Join("cmd", "earshot", "zz_profiler.go"))
	if err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {target: source}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o600)
}

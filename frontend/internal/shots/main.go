// Command shots writes every sample page as a static file, so that the design can be looked at without a server, and takes
// pictures of them with Chromium: each at two widths, light and dark.
//
//	go run ./frontend/internal/shots -out shots [-chromium /usr/bin/chromium] [-only today,customer]
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"earshot/frontend"
	"earshot/frontend/gallery"
)

func main() {
	out := flag.String("out", "shots", "folder to write to")
	chromium := flag.String("chromium", "", "path of Chromium; empty writes the pages only")
	only := flag.String("only", "", "names of pages or samples, separated by commas; empty is all")
	flag.Parse()
	if err := run(*out, *chromium, *only); err != nil {
		log.Fatal(err)
	}
}

func run(out, chromium, only string) error {
	f, err := frontend.New(gallery.Config())
	if err != nil {
		return err
	}
	if err := writeAssets(f, out); err != nil {
		return err
	}
	samples := chosen(only)
	for _, s := range samples {
		if err := write(f, filepath.Join(out, s.ID()+".html"), s.Page); err != nil {
			return fmt.Errorf("%s: %w", s.ID(), err)
		}
	}
	if chromium == "" {
		return nil
	}
	return shoot(out, chromium, samples)
}

// chosen returns the samples that were named, and the gallery with them.
func chosen(only string) []gallery.Sample {
	all := append(gallery.Samples(), gallery.Sample{Name: "gallery", Variant: "normal",
		Page: gallery.Page(frontend.Shell{}, func(s gallery.Sample) string { return s.ID() + ".html" })})
	if only == "" {
		return all
	}
	names := strings.Split(only, ",")
	return slices.DeleteFunc(all, func(s gallery.Sample) bool {
		return !slices.Contains(names, s.Name) && !slices.Contains(names, s.ID())
	})
}

// writeAssets puts the style beside the pages, and the pictures that samples show.
func writeAssets(f *frontend.Frontend, out string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for name, asset := range f.Assets() {
		if err := os.WriteFile(filepath.Join(out, name), asset.Body, 0o644); err != nil {
			return err
		}
	}
	for name, picture := range gallery.Media() {
		if err := os.WriteFile(filepath.Join(out, name), picture, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// write renders a page; its style is found beside it.
func write(f *frontend.Frontend, file string, page frontend.Page) error {
	var b strings.Builder
	if err := f.Render(&b, page); err != nil {
		return err
	}
	body := strings.NewReplacer(`href="`+frontend.PathStatic, `href="`, `src="`+frontend.PathStatic, `src="`).Replace(b.String())
	return os.WriteFile(file, []byte(body), 0o644)
}

// widths are those of a phone and of a laptop, in CSS pixels.
var widths = []int64{390, 1280}

// height is that of the window. Pictures show the whole page, up to maxHeight.
const (
	height    = 844
	maxHeight = 12000
)

// shoot takes the pictures, one browser for all.
func shoot(out, chromium string, samples []gallery.Sample) error {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	browser, quit := chromedp.NewContext(allocator)
	defer quit()
	folder, err := filepath.Abs(out)
	if err == nil {
		err = chromedp.Do(browser) // starts it, so that no picture's own time limit ends it
	}
	if err != nil {
		return err
	}
	for _, s := range samples {
		for _, width := range widths {
			for _, scheme := range []string{"light", "dark"} {
				file := fmt.Sprintf("%s/%s-%d-%s.png", folder, s.ID(), width, scheme)
				if err := picture(browser, folder+"/"+s.ID()+".html", file, scheme, width); err != nil {
					return fmt.Errorf("%s: %w", s.ID(), err)
				}
			}
		}
	}
	return nil
}

func picture(browser context.Context, page, file, scheme string, width int64) error {
	ctx, cancel := context.WithTimeout(browser, time.Minute)
	defer cancel()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height)); err != nil {
		return err
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate((&url.URL{Scheme: "file", Path: page}).String())); err != nil {
		return err
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`))
	if err != nil {
		return err
	}
	high, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollHeight`))
	if err != nil {
		return err
	}
	// The window takes the page's height: a picture beyond the window shifts pages that are written from right to left.
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, min(max(high, height), maxHeight))); err != nil {
		return err
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		return err
	}
	if wide > width {
		log.Printf("%s is %d pixels wide at %d", filepath.Base(page), wide, width)
	}
	return os.WriteFile(file, png, 0o644)
}

package docstest

import (
	"os"
	"path/filepath"
	"testing"
)

const root = "../.."

// page is a page of prose with its blocks.
type page struct {
	name    string // from the root, with slashes
	content string
	blocks  []Block
}

// pages reads the README, CONTRIBUTING and docs without the generated pages.
func pages(t *testing.T) []page {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md"))
	var list []page
	for _, file := range files {
		content, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		p := page{name: filepath.ToSlash(name), content: string(content)}
		if p.blocks, err = Blocks(p.name, content); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// blocksOf gives the blocks of a language on all pages.
func blocksOf(t *testing.T, language string) []Block {
	t.Helper()
	var list []Block
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if b.Language == language {
				list = append(list, b)
			}
		}
	}
	if len(list) == 0 {
		t.Fatalf("no page has a block of %s", language)
	}
	return list
}

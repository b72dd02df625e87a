// tlogcheck checks checkpoints, receipts and consistency proofs with the implementation that guards Go's module
// downloads (golang.org/x/mod/sumdb). It shares no code with seald: that is its use.
package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const usage = `usage: tlogcheck checkpoint VKEY < NOTE
       tlogcheck cosigned WITNESS-VKEY... < NOTE-OR-TLOG-PROOF
       tlogcheck receipt VKEY < TLOG-PROOF
       tlogcheck consistency VKEY OLD-NOTE NEW-NOTE PROOF-FILE
       tlogcheck log VKEY PREFIX ENTRIES [NOTE...]
log reads a whole log by its C2SP paths below PREFIX, unix:/SOCKET:/PATH or a folder: verifies the checkpoint, the
inclusion of ENTRIES random entries, and the consistency of the kept checkpoints, each with the next and the latest.`

func main() {
	report, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "tlogcheck:", err)
		os.Exit(1)
	}
	fmt.Println(report)
}

func run(args []string) (string, error) {
	switch {
	case len(args) == 2 && args[0] == "checkpoint":
		input, err := io.ReadAll(os.Stdin)
		if err != nil {
			return "", err
		}
		tree, err := openCheckpoint(input, args[1])
		return fmt.Sprintf("size %d root %s", tree.N, tree.Hash), err
	case len(args) >= 2 && args[0] == "cosigned":
		input, err := io.ReadAll(os.Stdin)
		if err != nil {
			return "", err
		}
		return checkCosigned(input, args[1:])
	case len(args) == 2 && args[0] == "receipt":
		input, err := io.ReadAll(os.Stdin)
		if err != nil {
			return "", err
		}
		return checkReceipt(input, args[1])
	case len(args) == 5 && args[0] == "consistency":
		return checkConsistency(args[1], args[2], args[3], args[4])
	case len(args) >= 4 && args[0] == "log":
		return checkLog(args[1], args[2], args[3], args[4:])
	}
	return "", errors.New(usage)
}

// openCheckpoint verifies the note and reads the tree from its text. tlog.ParseTree would do, but it accepts the origin
// of Go's own log only.
func openCheckpoint(signed []byte, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, errors.New("the note is not three lines")
	}
	if lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("the origin is %q, not %q", lines[0], verifier.Name())
	}
	size, err := decimal(lines[1])
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func checkReceipt(input []byte, vkey string) (string, error) {
	head, checkpoint, found := bytes.Cut(input, []byte("\n\n"))
	if !found {
		return "", errors.New("the receipt has no blank line")
	}
	lines := strings.Split(string(head), "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return "", errors.New("the receipt does not start with its name, extra and index")
	}
	record, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil {
		return "", err
	}
	index, err := decimal(strings.TrimPrefix(lines[2], "index "))
	if err != nil {
		return "", err
	}
	path, err := hashes(lines[3:])
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(checkpoint, vkey)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(record)); err != nil {
		return "", err
	}
	return fmt.Sprintf("index %d size %d", index, tree.N), nil
}

func checkConsistency(vkey, oldFile, newFile, proofFile string) (string, error) {
	older, err := loadCheckpoint(oldFile, vkey)
	if err != nil {
		return "", err
	}
	newer, err := loadCheckpoint(newFile, vkey)
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(proofFile)
	if err != nil {
		return "", err
	}
	proof, err := hashes(strings.Fields(string(content)))
	if err != nil {
		return "", err
	}
	if err := tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("size %d continues size %d", newer.N, older.N), nil
}

func loadCheckpoint(file, vkey string) (tlog.Tree, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, err
	}
	return openCheckpoint(content, vkey)
}

func hashes(lines []string) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		list = append(list, hash)
	}
	return list, nil
}

func decimal(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || strconv.FormatInt(n, 10) != text {
		return 0, fmt.Errorf("%q is not a plain decimal number", text)
	}
	return n, nil
}

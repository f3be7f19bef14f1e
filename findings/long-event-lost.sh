#!/usr/bin/env bash
# Two clients of the OpenAI dialect for Go read a stream whose second chunk is long, as a chunk is that has the whole arguments of a tool in it, say the
# text of a file to write: servers that make calls of tools out of a finished answer send them in one piece. Expected: all of it, however long; a line of an event
# stream has no limit.
#
#                                              60,000 characters   70,000 characters
#   github.com/sashabaranov/go-openai 1.41.2   the whole answer    the whole answer
#   github.com/tmc/langchaingo 0.1.14          the whole answer    "start ", then the error "bufio.Scanner: token too long"
#
# langchaingo takes lines of up to 64 KiB, which no setting changes, and throws the rest away with what it has read, its usage too; the same answer not streamed is
# read. The call has been paid for in full. What helps is not to stream where a tool takes long texts.
# Needs Go 1.24 or newer. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/sashabaranov/go-openai"
	"github.com/tmc/langchaingo/llms"
	chain "github.com/tmc/langchaingo/llms/openai"
)

const chunk = `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":%q},"finish_reason":%s}]}` + "\n\n"

func serve(length int) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/event-stream")
		fmt.Fprintf(w, chunk, "start ", "null")
		fmt.Fprintf(w, chunk, strings.Repeat("x", length), "null")
		fmt.Fprintf(w, chunk, " end", `"stop"`)
		io.WriteString(w, "data: [DONE]\n\n")
	}))
}

func langchaingo(length int) {
	server := serve(length)
	defer server.Close()
	client, err := chain.New(chain.WithBaseURL(server.URL), chain.WithToken("k"), chain.WithModel("m"))
	if err != nil {
		panic(err)
	}
	read := 0
	_, err = client.GenerateContent(context.Background(), []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "go")},
		llms.WithStreamingFunc(func(_ context.Context, part []byte) error { read += len(part); return nil }))
	fmt.Println("langchaingo", length, read, err)
}

func goOpenai(length int) {
	server := serve(length)
	defer server.Close()
	config := openai.DefaultConfig("k")
	config.BaseURL = server.URL
	stream, err := openai.NewClientWithConfig(config).CreateChatCompletionStream(context.Background(), openai.ChatCompletionRequest{
		Model: "m", Messages: []openai.ChatCompletionMessage{{Role: "user", Content: "go"}}})
	if err != nil {
		panic(err)
	}
	defer stream.Close()
	read := 0
	for {
		part, err := stream.Recv()
		if err != nil {
			fmt.Println("go-openai", length, read, err)
			return
		}
		read += len(part.Choices[0].Delta.Content)
	}
}

func main() {
	for _, length := range []int{60_000, 70_000} {
		goOpenai(length)
		langchaingo(length)
	}
}
GO
cat > go.mod <<'MOD'
module longevent

go 1.24

require (
	github.com/sashabaranov/go-openai v1.41.2
	github.com/tmc/langchaingo v0.1.14
)
MOD
export GOFLAGS=-mod=mod GOPATH="$work/go" GOCACHE="$work/cache" GOTOOLCHAIN=local
go run . 2> err | tee seen
cat > expected <<'TXT'
go-openai 60000 60010 EOF
langchaingo 60000 60010 <nil>
go-openai 70000 70010 EOF
langchaingo 70000 6 error reading streaming response: bufio.Scanner: token too long
TXT
diff expected seen && echo "as described"

"""Writes trained networks as ONNX files with their manifests."""

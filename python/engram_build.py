# SPDX-License-Identifier: Apache-2.0
"""Makes a wheel of Engram with CMake, for pip: the interface of PEP 517, without any package from the network.

The build is that of `cmake --preset release` in build/release, so that what is built there is not built again.
"""
import base64
import hashlib
import os
import re
import subprocess
import sysconfig
import tempfile
import zipfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]


def _version():
    return re.search(r"project\(engram VERSION ([\d.]+)", (SOURCE / "CMakeLists.txt").read_text())[1]


def _tag():
    python = "cp" + sysconfig.get_config_var("py_version_nodot")
    return f"{python}-{python}-" + re.sub(r"[-.]", "_", sysconfig.get_platform())


def _metadata():
    folder = f"engram-{_version()}.dist-info"
    return {f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: engram\nVersion: {_version()}\nLicense: Apache-2.0\n"
                                  "Requires-Python: >=3.9\nRequires-Dist: numpy\n",
            f"{folder}/WHEEL": f"Wheel-Version: 1.0\nGenerator: engram_build\nRoot-Is-Purelib: false\nTag: {_tag()}\n"}


def _install(folder):
    """Builds, and installs program and package below the folder."""
    def run(*command):
        subprocess.run(command, cwd=SOURCE, check=True)
    build = SOURCE / "build/release"
    if not (build / "CMakeCache.txt").exists():
        run("cmake", "--preset", "release", "-DENGRAM_BUILD_TESTS=OFF", "-DENGRAM_BUILD_BENCH=OFF")
    run("cmake", "--build", str(build), "--target", "engram", "engram_python")
    run("cmake", "--install", str(build), "--prefix", str(folder))


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    for name, text in _metadata().items():
        path = Path(metadata_directory, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return f"engram-{_version()}.dist-info"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"engram-{_version()}-{_tag()}.whl"
    with tempfile.TemporaryDirectory() as folder:
        _install(folder)
        package, = Path(folder).glob("lib/python*/*/engram")
        files = {f"engram/{path.relative_to(package)}": path for path in sorted(package.rglob("*"))
                 if path.suffix in (".py", ".so")}
        files[f"engram-{_version()}.data/scripts/engram"] = Path(folder, "bin/engram")
        contents = {to: path.read_bytes() for to, path in files.items()}
    contents |= {to: text.encode() for to, text in _metadata().items()}
    record = f"engram-{_version()}.dist-info/RECORD"
    rows = [f"{to},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')},{len(data)}"
            for to, data in contents.items()]
    contents[record] = "\n".join([*rows, f"{record},,", ""]).encode()
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w", zipfile.ZIP_DEFLATED) as wheel:
        for to, data in contents.items():
            entry = zipfile.ZipInfo(to)
            entry.external_attr = (0o100755 if "/scripts/" in to or to.endswith(".so") else 0o100644) << 16
            wheel.writestr(entry, data)
    return name
